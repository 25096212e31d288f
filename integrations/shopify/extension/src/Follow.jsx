import '@shopify/ui-extensions/preact';
import { render } from 'preact';

// Where the app proxy is, within the shop.
const PATH = '/apps/telegram';

export default function extension() {
  render(<Follow />, document.body);
}

// The link of an order: by the token of its checkout, which its buyer alone has.
function Follow() {
  const token = shopify.checkoutToken.value;
  const shop = shopify.shop.storefrontUrl;
  if (!token || !shop) return null;
  const address = `${shop.replace(/\/+$/, '')}${PATH}?order=${encodeURIComponent(token)}`;
  return (
    <s-section heading={shopify.i18n.translate('heading')}>
      <s-button href={address} target="_blank">
        {shopify.i18n.translate('button')}
      </s-button>
    </s-section>
  );
}
