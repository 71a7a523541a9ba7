/** Anthropic's Messages protocol on the same models, parsers and answers as OpenAI's. */
package org.lmdeploy.server.http.anthropic;
