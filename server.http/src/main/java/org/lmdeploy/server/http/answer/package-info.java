/**
 * Answers on their way from an engine to a protocol: text cut into content, reasoning and calls of
 * tools.
 */
package org.lmdeploy.server.http.answer;
