/**
 * Parsers of the answers of InternLM2, Llama 3.1 and Qwen, and of reasoning between think tags. All
 * are readers of one kind ({@link org.lmdeploy.parser.CallReader}) with other {@link
 * org.lmdeploy.parser.CallForm}s.
 */
package org.lmdeploy.parser;
