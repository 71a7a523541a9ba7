/** The operators in double precision: plain loops that are right by inspection. */
package org.lmdeploy.testkit.reference;
