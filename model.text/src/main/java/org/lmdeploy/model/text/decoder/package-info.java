/** The decoder that all backbones share, computed with the operators of any device. */
package org.lmdeploy.model.text.decoder;
