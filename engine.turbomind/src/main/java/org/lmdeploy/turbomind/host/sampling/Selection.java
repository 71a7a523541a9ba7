package org.lmdeploy.turbomind.host.sampling;

/** Selection of an order statistic (Hoare's quickselect with the middle of three as pivot). */
final class Selection {
  private Selection() {}

  /** The k-th largest value, k from 1 on. */
  static float kthLargest(float[] values, int k) {
    float[] work = values.clone();
    int low = 0;
    int high = work.length - 1;
    int wanted = k - 1;
    while (low < high) {
      float pivot = middle(work[low], work[low + (high - low) / 2], work[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (work[i] > pivot) {
          i++;
        }
        while (work[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float swap = work[i];
          work[i++] = work[j];
          work[j--] = swap;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return work[wanted];
      }
    }
    return work[low];
  }

  private static float middle(float a, float b, float c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
