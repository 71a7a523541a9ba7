package org.lmdeploy.server.http.observe;

import java.util.ArrayList;
import java.util.List;

/** Upper bounds of the histograms, LMDeploy's; the last bucket of each, to infinity, is added. */
final class Buckets {
  /** Seconds to the first token. */
  static final double[] FIRST_TOKEN = {
    .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
    2560
  };

  /** Seconds between tokens. */
  static final double[] BETWEEN_TOKENS = {
    .005, .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };

  /** Seconds of a request or of a part of its life. */
  static final double[] REQUEST = {
    .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };

  /** Shares from 0 to 1. */
  static final double[] SHARE = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1};

  private Buckets() {}

  /** 1, 2, 5, 10, 20, 50, ... up to a limit. */
  static double[] tokens(int most) {
    List<Double> bounds = new ArrayList<>();
    for (long power = 1; power <= most; power *= 10) {
      for (int step : new int[] {1, 2, 5}) {
        if (step * power <= most) {
          bounds.add((double) (step * power));
        }
      }
    }
    return bounds.stream().mapToDouble(bound -> bound).toArray();
  }
}
