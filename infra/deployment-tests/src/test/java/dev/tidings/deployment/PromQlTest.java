package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromQlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "up|up",
        "sum(rate(a_total{instance=~\"$x\"}[5m])) > 0|a_total",
        "sum by (instance, cause) (increase(a_total[5m])) > 0|a_total",
        "sum(rate(a[1m])) / sum(rate(b[1m]))|a,b",
        "histogram_quantile(0.99, sum by (le) (rate(c_bucket{x=\"}\"}[$__rate_interval])))|c_bucket",
        "count(a == 0) or vector(0)|a",
        "absent(d)|d",
        "max by (instance) (e) * on (instance) group_left (f) g unless h offset 5m|e,g,h",
        "1e6 + 2.5 < i:j|i:j",
        "label_values(k, instance)|k,instance",
      })
  void findsTheMetrics(String expression, String metrics) {
    assertThat(PromQl.metrics(expression)).containsExactlyInAnyOrder(metrics.split(","));
  }
}
