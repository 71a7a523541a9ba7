/** Reading of request bodies: strict, bounded, with errors that name the field. */
package org.lmdeploy.server.http.json;
