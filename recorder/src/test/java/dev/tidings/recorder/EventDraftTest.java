package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.catalogue.EventCatalogue;
import dev.tidings.recorder.RecordResult.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventDraftTest {
  @EventCatalogue(name = "draft", owner = "com.example")
  enum DraftEvent {
    Made
  }

  private final EventRecorder recorder =
      EventRecorder.builder()
          .source("node", "component")
          .catalogue(DraftEvent.class)
          .bootstrapServers("127.0.0.1:1")
          .registry("mock://draft-test")
          .build();

  @AfterEach
  void close() {
    recorder.close(Duration.ofMillis(1));
  }

  static Stream<UnaryOperator<EventDraft>> nulls() {
    return Stream.of(
        draft -> draft.message(null),
        draft -> draft.severity(null),
        draft -> draft.time(null),
        draft -> draft.object(null, "", "x"),
        draft -> draft.object("x", null, "x"),
        draft -> draft.attribute("x", null),
        draft -> draft.attribute(null, "x"),
        draft -> draft.time(Instant.MAX));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void nothingIsThrownWhateverIsGiven(UnaryOperator<EventDraft> bad) throws Exception {
    assertThat(bad.apply(recorder.event(DraftEvent.Made)).submit().get())
        .isInstanceOf(Refused.class);
    bad.apply(recorder.event(DraftEvent.Made)).record();
    assertThat(recorder.counts().refused()).isEqualTo(2);
    recorder.event(DraftEvent.Made).record();
    assertThat(recorder.counts().recorded()).as("what came before is forgotten").isEqualTo(1);
  }

  @Test
  void aTypeThatIsNullIsRefused() throws Exception {
    assertThat(recorder.event((String) null).submit().get()).isInstanceOf(Refused.class);
  }

  @Test
  void aTypeThatIsNoConstantIsRefusedToo() throws Exception {
    assertThat(recorder.event((DraftEvent) null).submit().get()).isInstanceOf(Refused.class);
  }

  @Test
  void aCauseThatCannotBeShownIsNamed() {
    recorder
        .event(DraftEvent.Made)
        .cause(null)
        .cause(
            new IllegalStateException() {
              @Override
              public String getMessage() {
                throw new UnsupportedOperationException("no");
              }
            })
        .record();
    assertThat(recorder.counts().recorded()).isEqualTo(1);
  }

  @Test
  void everyTimeIsTakenForWhatItMeans() throws Exception {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    recorder.event(DraftEvent.Made).time(Instant.parse("9999-12-31T23:59:59Z")).record();
    assertThat(recorder.counts().recorded()).isEqualTo(1);
    assertThat(recorder.flush(Duration.ofSeconds(-1))).isFalse();
    assertThat(recorder.close(Duration.ZERO)).isFalse();
    assertThat(recorder.close(forEver)).as("the same, whenever it is asked").isFalse();
    assertThat(recorder.flush(Duration.ZERO)).isFalse();
  }

  @Test
  void anInterruptedThreadClosesInOrder() throws Exception {
    CompletableFuture<RecordResult> result = recorder.event(DraftEvent.Made).submit();
    Thread.currentThread().interrupt();
    assertThat(recorder.close(Duration.ofMillis(1))).isFalse();
    assertThat(Thread.interrupted()).as("kept").isTrue();
    assertThat(result).isCompleted();
    assertThat(recorder.counts().failed()).as("a journal in memory").isEqualTo(1);
  }

  @Test
  void aDraftIsUsedOnce() {
    EventDraft draft = recorder.event(DraftEvent.Made);
    draft.record();
    assertThatThrownBy(draft::record)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("recorded already");
  }

  @Test
  void draftsOfOneThreadDoNotMix() throws Exception {
    EventDraft first = recorder.event(DraftEvent.Made).message("first");
    EventDraft second = recorder.event("draft.Nope").attribute("a", "b");
    assertThat(second.submit().get()).isInstanceOf(Refused.class);
    first.record();
    assertThat(recorder.counts().recorded()).isEqualTo(1);
  }
}
