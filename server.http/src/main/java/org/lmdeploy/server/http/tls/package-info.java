/** The server's TLS identity: reads a private key and a certificate chain from PEM files. */
package org.lmdeploy.server.http.tls;
