/** Connections that notice a client's hang-up while its request is answered. */
package org.lmdeploy.server.http.net;
