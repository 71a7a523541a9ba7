/** Rotary position embedding and the rules that scale it to longer contexts. */
package org.lmdeploy.model.text.rotary;
