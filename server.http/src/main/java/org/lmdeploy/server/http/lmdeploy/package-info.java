/**
 * LMDeploy's own routes that generate: {@code /generate}, and conversations that the server keeps.
 */
package org.lmdeploy.server.http.lmdeploy;
