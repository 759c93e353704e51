package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.informer.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ReportedProblemsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(ReportedProblems.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final List<Problem> heard = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-31T12:00:00Z");
  private final ReportedProblems problems = new ReportedProblems(heard::add, () -> now);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void aFunctionThatAlwaysThrowsIsOneLineAMinute() {
    for (int i = 0; i < 500; i++) {
      problems.onProblem(new Problem.IndexFunctionThrew("owner", new IllegalStateException()));
    }
    assertThat(lines.list).hasSize(1);
    assertThat(heard).hasSize(500);

    now = now.plus(Duration.ofMinutes(1));
    problems.onProblem(new Problem.IndexFunctionThrew("owner", new IllegalStateException()));
    assertThat(lines.list).hasSize(2);
    assertThat(lines.list.get(1).getFormattedMessage()).contains("499 more");
  }

  @Test
  void whatIsRareIsAlwaysSaid() {
    for (int i = 0; i < 3; i++) {
      problems.onProblem(new Problem.Disconnected("t", new RuntimeException(), Duration.ZERO));
    }
    assertThat(lines.list).hasSize(3);
  }
}
