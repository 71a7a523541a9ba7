/** The LLaVA family. */
package org.lmdeploy.model.llava;
