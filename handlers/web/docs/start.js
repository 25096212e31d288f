SwaggerUIBundle({
  dom_id: "#api",
  url: "openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: false,
  persistAuthorization: false, // a key does not stay in the browser
  presets: [SwaggerUIBundle.presets.apis],
  showCommonExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null, // nobody else is asked
});
