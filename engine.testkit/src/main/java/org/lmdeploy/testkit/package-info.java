/** What a device is tested with: {@link org.lmdeploy.testkit.OperatorTestKit}. */
package org.lmdeploy.testkit;
