/**
 * What is seen of requests whatever route they take: counts of each served model in Prometheus'
 * formats, a line in the log while there is work, and prompts in the log where that is wanted.
 */
package org.lmdeploy.server.http.observe;
