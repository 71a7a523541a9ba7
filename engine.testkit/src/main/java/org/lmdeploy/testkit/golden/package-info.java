/**
 * The golden data of trained tiny models, and the tests that compare a family's model with them.
 */
package org.lmdeploy.testkit.golden;
