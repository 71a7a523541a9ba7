/** A chat template as a plugin. */
package org.example.interview;
