/**
 * Answers on their way from an engine to a protocol: what is to be answered, text cut into content,
 * reasoning and calls of tools, and what writes it. Nothing here belongs to one protocol.
 */
package org.lmdeploy.server.http.answer;
