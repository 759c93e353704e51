package dev.tidings.event.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "get, get, 0",
    "get, gte, 2",
    "watch, wach, 1",
    "record, recort, 1",
    "kitten, sitting, 3"
  })
  void isTheFewestChangesEitherWay(String one, String other, int changes) {
    assertThat(EditDistance.between(one, other)).isEqualTo(changes);
    assertThat(EditDistance.between(other, one)).isEqualTo(changes);
  }
}
