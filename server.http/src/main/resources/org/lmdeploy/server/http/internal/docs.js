SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#routes",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null, // nothing of this server is sent elsewhere
});
