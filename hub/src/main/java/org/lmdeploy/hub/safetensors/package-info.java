/** The safetensors format: headers with every size checked, files mapped into memory. */
package org.lmdeploy.hub.safetensors;
