/**
 * OpenAI's Responses protocol without stored state: every request brings the whole conversation.
 */
package org.lmdeploy.server.http.responses;
