/** OpenAI's protocol: requests to what the runtime takes, answers to OpenAI's JSON. */
package org.lmdeploy.server.http.openai;
