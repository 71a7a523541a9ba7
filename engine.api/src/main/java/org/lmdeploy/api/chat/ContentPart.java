package org.lmdeploy.api.chat;

/** A part of a message: some text or an image, in the order in which they were said. */
public sealed interface ContentPart permits TextPart, ImagePart {}
