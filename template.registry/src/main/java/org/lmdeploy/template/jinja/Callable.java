package org.lmdeploy.template.jinja;

/** Something that a template can call. */
@FunctionalInterface
interface Callable {
  Object call(Args args);
}
