SwaggerUIBundle({
  dom_id: "#api",
  url: "openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: false,
  persistAuthorization: false, // do not keep API keys in the browser
  presets: [SwaggerUIBundle.presets.apis],
  showCommonExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null, // send nothing to an external validator
});
