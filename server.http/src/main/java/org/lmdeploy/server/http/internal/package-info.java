/** The server: routes, the life of a request, stopping. */
package org.lmdeploy.server.http.internal;
