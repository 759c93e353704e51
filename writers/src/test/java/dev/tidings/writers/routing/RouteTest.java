package dev.tidings.writers.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.match.Glob;
import dev.tidings.writers.TestEvents;
import dev.tidings.writers.encoded.EncodedEvent;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class RouteTest {
  private Event event = TestEvents.event("cluster.LeaderElected", Severity.WARN, "text");

  @Test
  void withoutSettingsTakesEverything() {
    assertThat(takes(Map.of())).isTrue();
    event = TestEvents.withObject(event, null);
    assertThat(takes(Map.of())).isTrue();
  }

  @Test
  void byTypeWithExclusions() {
    assertThat(takes(Map.of("route.types", "disk.*, cluster.*"))).isTrue();
    assertThat(takes(Map.of("route.types", "disk.*"))).isFalse();
    assertThat(takes(Map.of("route.types", "cluster.*,!*.LeaderElected"))).isFalse();
    assertThat(takes(Map.of("route.types", "!disk.*"))).isTrue();
  }

  @Test
  void byLeastSeverity() {
    assertThat(takes(Map.of("route.min.severity", "warn"))).isTrue();
    assertThat(takes(Map.of("route.min.severity", "ERROR"))).isFalse();
  }

  @Test
  void bySource() {
    assertThat(takes(Map.of("route.sources", "node-?"))).isTrue();
    assertThat(takes(Map.of("route.sources", "node-1/test"))).isTrue();
    assertThat(takes(Map.of("route.sources", "*/kubelet"))).isFalse();
  }

  @Test
  void byObject() {
    assertThat(takes(Map.of("route.objects", "Pod"))).isTrue();
    assertThat(takes(Map.of("route.objects", "Pod/prod/*"))).isTrue();
    assertThat(takes(Map.of("route.objects", "Pod/test/*"))).isFalse();
    assertThat(takes(Map.of("route.objects", "!Pod"))).isFalse();
    event = TestEvents.withObject(event, null);
    assertThat(takes(Map.of("route.objects", "*/*"))).isFalse();
    assertThat(takes(Map.of("route.objects", "!Pod"))).isTrue();
  }

  @Test
  void aWrongSettingIsNamed() {
    assertThatThrownBy(() -> takes(Map.of("route.types", "a,!")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("route.types");
    assertThatThrownBy(() -> takes(Map.of("route.min.severity", "LOUD")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("route.min.severity");
  }

  @Property
  void aGlobIsItsRegularExpression(
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String text,
      @ForAll @StringLength(max = 6) String random) {
    String pattern =
        random.chars().mapToObj(c -> "ab*?".charAt(c % 4) + "").collect(Collectors.joining());
    String regex = pattern.replace("*", ".*").replace("?", ".");

    assertThat(new Glob(pattern).matches(text)).isEqualTo(Pattern.matches(regex, text));
  }

  private boolean takes(Map<String, String> settings) {
    return Route.of(new AbstractConfig(Route.define(new ConfigDef()), settings, false))
        .takes(EncodedEvent.of(event));
  }
}
