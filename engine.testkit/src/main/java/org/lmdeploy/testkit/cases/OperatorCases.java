package org.lmdeploy.testkit.cases;

import java.util.List;

/** All cases that are compared with the reference. */
public final class OperatorCases {
  private OperatorCases() {}

  /**
   * @param blockSizes tokens of a KV block
   */
  public static List<OperatorCase> all(List<Integer> blockSizes) {
    CaseList cases = new CaseList();
    BasicCases.addTo(cases);
    ElementwiseCases.addTo(cases);
    NormCases.addTo(cases);
    LinearCases.addTo(cases);
    RotaryTableCases.addTo(cases);
    ScaleQueriesCases.addTo(cases);
    PagedAttentionCases.addTo(cases, blockSizes);
    DenseAttentionCases.addTo(cases);
    ImageCases.addTo(cases);
    SamplingCases.addTo(cases);
    return cases.cases();
  }
}
