"""Known carriers: the usual name, the codes that shop systems use, and the tracking page.

This list serves all sources. It contains only addresses that are known to be right; ``{}`` is the
tracking number. A carrier that is missing here gets no link.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Known(NamedTuple):
    """``codes``: as WooCommerce plugins, Shopify, AfterShip and others write them: lower case,
    dashes between words, separated by spaces."""

    name: str
    page: str | None
    codes: str


CARRIERS: Sequence[Known] = (
    Known(
        "DHL",
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
        "dhl dhl-express dhl-us dhl-uk dhl-at dhl-cz dhl-se dhl-sweden dhl-nl dhl-netherlands "
        "dhl-benelux dhl-poland dhl-es dhl-spain dhl-parcel dhl-global-forwarding",
    ),
    Known(
        "DHL",
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}",
        "dhl-germany dhl-de dhl-paket deutsche-post-dhl deutsch-post",
    ),
    Known("Deutsche Post", None, "deutsche-post deutsche-post-mail"),
    Known("DHL eCommerce", None, "dhl-ecommerce dhl-global-mail dhl-global-mail-asia"),
    Known(
        "UPS",
        "https://www.ups.com/track?tracknum={}",
        "ups ups-us ups-germany ups-netherlands ups-nl ups-se ups-mi ups-ground "
        "united-parcel-service",
    ),
    Known(
        "FedEx",
        "https://www.fedex.com/fedextrack/?trknbr={}",
        "fedex fed-ex fedex-us fedex-uk fedex-ground fedex-express fedex-home-delivery",
    ),
    Known("FedEx SameDay", None, "fedex-sameday"),
    Known(
        "USPS",
        "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
        "usps us-postal-service united-states-postal-service",
    ),
    Known("OnTrac", "https://www.ontrac.com/tracking/?number={}", "ontrac on-trac"),
    Known("Amazon", None, "amazon amazon-logistics amazon-logistics-uk amazon-logistics-us"),
    Known("Asendia", None, "asendia asendia-usa asendia-uk asendia-de"),
    Known(
        "TNT",
        "https://www.tnt.com/express/en_gc/site/shipping-tools/tracking.html?searchType=con&cons={}",
        "tnt tnt-express tnt-express-consignment tnt-uk tnt-it tnt-france tnt-fr",
    ),
    # The British Isles
    Known(
        "Royal Mail",
        "https://www.royalmail.com/track-your-item#/tracking-results/{}",
        "royal-mail royalmail",
    ),
    Known(
        "Parcelforce",
        "https://www.parcelforce.com/track-trace?trackNumber={}",
        "parcelforce parcel-force parcelforce-worldwide",
    ),
    Known(
        "Evri",
        "https://www.evri.com/track/parcel/{}",
        "evri evri-uk hermes-uk hermes-uk-sandbox hermesworld myhermes-uk",
    ),
    Known("DPD", None, "dpd-uk dpd-co-uk dpd-local interlink interlink-express"),
    Known("Yodel", None, "yodel yodel-international"),
    Known(
        "An Post",
        "https://www.anpost.com/Post-Parcels/Track/History?item={}",
        "an-post anpost",
    ),
    # The middle of Europe
    Known(
        "DPD",
        "https://tracking.dpd.de/status/en_US/parcel/{}",
        "dpd dpd-de dpd-germany dpd-at dpd-nl dpd-be dpd-cz dpd-ch dpd-group",
    ),
    Known(
        "GLS",
        "https://gls-group.com/GROUP/en/parcel-tracking/?match={}",
        "gls gls-de gls-germany gls-at gls-nl gls-dk gls-eu",
    ),
    Known(
        "Hermes",
        "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}",
        "hermes hermes-de hermes-germany",
    ),
    Known(
        "Österreichische Post",
        "https://www.post.at/sv/sendungsdetails?snr={}",
        "post-at austrian-post austria-post oesterreichische-post",
    ),
    Known(
        "Swiss Post",
        "https://service.post.ch/ekp-web/ui/entry/search/{}",
        "swiss-post post-ch swisspost die-schweizerische-post",
    ),
    Known(
        "InPost",
        "https://inpost.pl/sledzenie-przesylek?number={}",
        "inpost inpost-pl inpost-paczkomaty inpost-poland",
    ),
    Known(
        "Poczta Polska",
        "https://emonitoring.poczta-polska.pl/?numer={}",
        "poczta-polska polish-post poland-post",
    ),
    Known("DPD", None, "dpd-pl dpd-poland dpd-ro dpd-romania dpd-ru dpd-ie dpd-fr exapaq"),
    Known(
        "Packeta",
        "https://tracking.packeta.com/en/?id={}",
        "packeta zasilkovna packeta-cz",
    ),
    Known(
        "Česká pošta",
        "https://www.postaonline.cz/trackandtrace/-/zasilka/cislo?parcelNumbers={}",
        "ceska-posta czech-post cpost",
    ),
    Known("PPL", None, "ppl ppl-cz professional-parcel-logistics"),
    Known(
        "Magyar Posta",
        "https://www.posta.hu/nyomkovetes/nyitooldal?searchvalue={}",
        "magyar-posta hungary-post",
    ),
    # The Low Countries and France
    Known(
        "bpost",
        "https://track.bpost.cloud/btr/web/#/search?itemCode={}&lang=en",
        "bpost bpost-international belgium-post",
    ),
    Known("PostNL", None, "postnl post-nl postnl-international postnl-3s postnl-domestic"),
    Known(
        "Colissimo",
        "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
        "colissimo la-poste-colissimo",
    ),
    Known(
        "La Poste",
        "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
        "la-poste laposte la-poste-france lettre-suivie",
    ),
    Known(
        "Chronopost",
        "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}",
        "chronopost chronopost-france chronopost-fr",
    ),
    Known("Mondial Relay", None, "mondial-relay mondialrelay"),
    Known("Colis Privé", None, "colis-prive"),
    # The north of Europe
    Known(
        "PostNord",
        "https://tracking.postnord.com/en/tracking?id={}",
        "postnord postnord-se postnord-dk postnord-no postnord-sverige-ab sweden-posten "
        "danmark-post post-danmark",
    ),
    Known(
        "Posten",
        "https://sporing.posten.no/sporing/{}",
        "posten posten-norge norway-post",
    ),
    Known(
        "Bring",
        "https://tracking.bring.com/tracking/{}",
        "bring bring-se bring-no bring-dk",
    ),
    Known(
        "Posti",
        "https://www.posti.fi/fi/seuranta#/lahetys/{}",
        "posti posti-fi finland-posti itella itella-posti",
    ),
    Known("Matkahuolto", None, "matkahuolto"),
    Known("dao", None, "dao dao365"),
    Known("Omniva", None, "omniva omniva-ee omniva-lt omniva-lv"),
    # The south of Europe
    Known(
        "Correos",
        "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}",
        "correos correos-es spain-correos-es correos-spain",
    ),
    Known("SEUR", None, "seur spanish-seur seur-es"),
    Known("MRW", None, "mrw mrw-spain"),
    Known("CTT", None, "ctt ctt-expresso portugal-ctt"),
    Known(
        "Poste Italiane",
        "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{}",
        "poste-italiane poste-italiane-paccocelere italy-sda posteitaliane",
    ),
    Known("BRT", None, "brt brt-it brt-bartolini bartolini"),
    Known("ELTA", "https://itemsearch.elta.gr/en-GB/Query/Direct/{}", "elta elta-courier-gr"),
    # Further east
    Known(
        "Nova Poshta",
        "https://novaposhta.ua/tracking/?cargo_number={}",
        "nova-poshta novaposhta nova-post nova-poshta-global",
    ),
    Known(
        "Ukrposhta",
        "https://track.ukrposhta.ua/tracking_EN.html?barcode={}",
        "ukrposhta ukraine-post ukr-poshta",
    ),
    Known(
        "Pochta Rossii",
        "https://www.pochta.ru/tracking?barcode={}",
        "russian-post pochta-rossii russia-post",
    ),
    Known("CDEK", "https://www.cdek.ru/ru/tracking?order_id={}", "cdek sdek cdek-express"),
    Known("PTT", "https://gonderitakip.ptt.gov.tr/Track/Verify?q={}", "ptt ptt-posta ptt-kargo"),
    Known(
        "Yurtiçi Kargo",
        "https://www.yurticikargo.com/tr/online-servisler/gonderi-sorgula?code={}",
        "yurtici yurtici-kargo",
    ),
    # America
    Known(
        "Canada Post",
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
        "canada-post canadapost postes-canada",
    ),
    Known(
        "Purolator",
        "https://www.purolator.com/en/shipping/tracker?pin={}",
        "purolator purolator-international",
    ),
    Known(
        "Canpar",
        "https://www.canpar.com/en/tracking/delivery_options.htm?barcode={}",
        "canpar canpar-courier",
    ),
    Known(
        "Correios",
        "https://rastreamento.correios.com.br/app/index.php?objetos={}",
        "correios brazil-correios correios-brazil",
    ),
    # Asia, Africa, Oceania
    Known(
        "Japan Post",
        "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={}"
        "&searchKind=S002&locale=en",
        "japan-post japanpost yu-pack",
    ),
    Known(
        "Sagawa",
        "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={}",
        "sagawa sagawa-express",
    ),
    Known("Yamato", None, "yamato yamato-transport taqbin-jp kuroneko"),
    Known("Thailand Post", "https://track.thailandpost.co.th/?trackNumber={}", "thailand-post"),
    Known("SF Express", None, "sf-express sfexpress sf-international"),
    Known("4PX", "https://track.4px.com/#/result/0/{}", "4px four-px"),
    Known("YunExpress", "https://www.yuntrack.com/parcelTracking?id={}", "yunexpress yun-express"),
    Known("Cainiao", "https://global.cainiao.com/newDetail.htm?mailNoList={}", "cainiao"),
    Known("Singapore Post", None, "singapore-post singpost"),
    Known("Ninja Van", None, "ninja-van ninjavan ninjavan-my ninjavan-ph ninjavan-id"),
    Known("Delhivery", "https://www.delhivery.com/track/package/{}", "delhivery"),
    Known("Aramex", "https://www.aramex.com/track/results?ShipmentNumber={}", "aramex"),
    Known(
        "Australia Post",
        "https://auspost.com.au/mypost/track/#/details/{}",
        "australia-post auspost aus-post",
    ),
    Known("StarTrack", None, "startrack star-track"),
    Known("Sendle", "https://track.sendle.com/tracking?ref={}", "sendle"),
    Known(
        "NZ Post",
        "https://www.nzpost.co.nz/tools/tracking?trackid={}",
        "nz-post new-zealand-post nzpost courier-post courierpost",
    ),
)
