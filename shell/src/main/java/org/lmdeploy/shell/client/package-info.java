/** Talking with a server over its OpenAI endpoint. */
package org.lmdeploy.shell.client;
