package org.lmdeploy.testkit.cases;

/**
 * A case of one operator.
 *
 * @param operator name of the method of {@link org.lmdeploy.api.ops.Ops}
 * @param name what is special about this case
 * @param program what it computes
 */
public record OperatorCase(String operator, String name, Program program) {}
