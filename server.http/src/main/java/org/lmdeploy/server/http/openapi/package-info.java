/**
 * The description of the server's routes, fields and answers that {@code /openapi.json} tells. A
 * new route is one more {@link org.lmdeploy.server.http.openapi.Operation}, in the class of its
 * kind; tests compare the description with the routes and with the fields that are read.
 */
package org.lmdeploy.server.http.openapi;
