package dev.tidings.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path directory;

  @Test
  void hasDefaults() throws Exception {
    Settings settings = Settings.of(Map.of("HOSTNAME", "c0ffee"));

    assertThat(settings.advertised()).isEqualTo("127.0.0.1:9092");
    assertThat(settings.networkHost()).isEqualTo("c0ffee");
    assertThat(settings.topics().topics().prefix()).isEqualTo("tidings");
    assertThat(settings.dedup()).isEmpty();
  }

  @Test
  void takesSettingsOfTheDeduplicationAndNoOthers() throws Exception {
    Settings settings =
        Settings.of(
            Map.of(
                "TIDINGS_BATCH_INTERVAL_MS", "200",
                "TIDINGS_DATA_DIR", "here",
                "TIDINGS_PARTITIONS", "3",
                "PATH", "/bin"));

    assertThat(settings.dedup()).isEqualTo(Map.of("tidings.batch.interval.ms", "200"));
    assertThat(settings.topics().partitions()).isEqualTo(3);
    assertThat(settings.dataDirectory()).isEqualTo(Path.of("here"));
  }

  @Test
  void waitsForTheFileAndTakesWhatItSays() throws Exception {
    Path file = directory.resolve("settings");
    CompletableFuture<Settings> settings =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Settings.of(Map.of("TIDINGS_SETTINGS_FILE", file.toString()));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Path unfinished = Files.writeString(directory.resolve("new"), "TIDINGS_ADVERTISED=h:7\n");
    Files.move(unfinished, file);

    assertThat(settings.get(30, TimeUnit.SECONDS).advertised()).isEqualTo("h:7");
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> Settings.of(Map.of("TIDINGS_ADVERTISED", "nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("TIDINGS_ADVERTISED must be HOST:PORT, not nowhere");
    assertThatThrownBy(() -> Settings.of(Map.of("TIDINGS_PARTITIONS", "many")))
        .hasMessage("TIDINGS_PARTITIONS must be a number, not many");
    assertThatThrownBy(() -> Settings.of(Map.of("TIDINGS_TOPIC_PREFIX", "a b")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
