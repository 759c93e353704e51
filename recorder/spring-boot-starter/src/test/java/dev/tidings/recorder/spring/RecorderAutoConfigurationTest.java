package dev.tidings.recorder.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.catalogue.Catalogue;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.recorder.DropCause;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.Redaction;
import dev.tidings.recorder.Tidings;
import dev.tidings.recorder.micrometer.RecorderMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** No broker is there: what reaches Kafka is shown by {@link RecorderStarterIT}. */
class RecorderAutoConfigurationTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  RecorderAutoConfiguration.class,
                  RecorderAttachmentsAutoConfiguration.class,
                  RecorderHealthAutoConfiguration.class,
                  RecorderMetricsAutoConfiguration.class));

  private final ApplicationContextRunner runner =
      bare.withPropertyValues(
          "tidings.recorder.bootstrap-servers=127.0.0.1:1",
          "tidings.recorder.registry-url=mock://auto-configuration",
          "tidings.recorder.catalogues=" + Weather.class.getName(),
          "tidings.recorder.close-timeout=0s");

  @Test
  void aRecorderIsThere() {
    runner.run(
        context -> {
          assertThat(context).hasNotFailed().hasSingleBean(EventRecorder.class);
          EventRecorder recorder = context.getBean(EventRecorder.class);
          recorder.record(Weather.Rain, Severity.INFO, "it rains");
          recorder.record("weather.Snow", Severity.INFO, "it snows");
          assertThat(recorder.counts().recorded()).isEqualTo(2);
        });
  }

  @Test
  void itIsClosedWithTheContext() {
    EventRecorder[] kept = new EventRecorder[1];
    runner.run(context -> kept[0] = context.getBean(EventRecorder.class));

    kept[0].record(Weather.Rain, Severity.INFO, "too late");
    assertThat(kept[0].counts().dropped()).containsEntry(DropCause.CLOSED, 1L);
  }

  @Test
  void itCanBeSwitchedOff() {
    runner
        .withPropertyValues("tidings.recorder.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(EventRecorder.class));
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() {
    bare.run(
        context -> {
          FailureAnalysis analysis = analyse(context.getStartupFailure());
          assertThat(analysis.getDescription()).contains("bootstrap.servers");
          assertThat(analysis.getAction())
              .contains("tidings.recorder.bootstrap-servers")
              .contains("tidings.recorder.registry-url");
        });
    bare.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1")
        .run(
            context ->
                assertThat(analyse(context.getStartupFailure()).getDescription())
                    .contains("schema.registry.url"));
  }

  @Test
  void wrongValuesAreSaid() {
    failure("tidings.recorder.catalogues=java.lang.String").contains("java.lang.String is none");
    failure("tidings.recorder.topic-prefix=a b").contains("Topic prefix 'a b'");
    failure("tidings.recorder.limits.attributes=0").contains("limit must be at least 1");
    failure("tidings.recorder.spam-filter.enabled=true", "tidings.recorder.spam-filter.burst=0")
        .contains("burst");
    failure("tidings.recorder.aggregation-interval=0s").contains("aggregated");
    failure(
            "tidings.recorder.journal.durability=sync-every",
            "tidings.recorder.journal.sync-period=0s")
        .contains("synced");
    failure("tidings.recorder.journal.max-size=1KB").contains("room for two segments");
  }

  @Test
  void theSourceIsThisHostAndApplicationUnlessSaid() {
    runner
        .withPropertyValues("spring.application.name=orders")
        .run(
            context -> {
              Event event = recordAndSee(context);
              assertThat(event.getSource().getNode())
                  .isEqualTo(InetAddress.getLocalHost().getHostName());
              assertThat(event.getSource().getComponent()).isEqualTo("orders");
            });
    runner
        .withPropertyValues(
            "spring.application.name=orders",
            "tidings.recorder.node=node-7",
            "tidings.recorder.component=billing")
        .run(
            context -> {
              Event event = recordAndSee(context);
              assertThat(event.getSource().getNode()).isEqualTo("node-7");
              assertThat(event.getSource().getComponent()).isEqualTo("billing");
            });
    runner.run(
        context ->
            assertThat(recordAndSee(context).getSource().getComponent()).isEqualTo("application"));
  }

  @Test
  void customizersHaveTheLastWord() {
    runner
        .withPropertyValues("tidings.recorder.node=node-7")
        .withBean(EventRecorderCustomizer.class, () -> builder -> builder.source("mine", "own"))
        .run(context -> assertThat(recordAndSee(context).getSource().getNode()).isEqualTo("mine"));
  }

  @Test
  void customizersCanGiveWhatIsRequired() {
    bare.withBean(
            EventRecorderCustomizer.class,
            () -> builder -> builder.bootstrapServers("127.0.0.1:1").registry("mock://custom"))
        .withPropertyValues("tidings.recorder.close-timeout=0s")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void beansOfCataloguesAreAdded() {
    runner
        .withBean(
            Catalogue.class, () -> Catalogue.of("com.example", "sea", Map.of("Tide", "It rises.")))
        .run(
            context -> {
              EventRecorder recorder = context.getBean(EventRecorder.class);
              recorder.record("sea.Tide", Severity.INFO, "high");
              recorder.record(Weather.Rain, Severity.INFO, "it rains");
              assertThat(recorder.counts().recorded()).isEqualTo(2);
            });
  }

  @Test
  void secretsAreTakenOutIfAsked() {
    runner.run(
        context -> assertThat(recordAndSee(context, "password=abc")).contains("password=abc"));
    runner
        .withPropertyValues("tidings.recorder.redact-secrets=true")
        .withBean(Redaction.class, () -> (field, text) -> text.replace("Napoleon", "N."))
        .run(
            context ->
                assertThat(recordAndSee(context, "Napoleon has password=abc"))
                    .startsWith("N. has")
                    .doesNotContain("abc"));
  }

  @Test
  void aRedactionOfTheApplicationNeedsNoProperty() {
    runner
        .withBean(Redaction.class, () -> (field, text) -> text.replace("Napoleon", "N."))
        .run(context -> assertThat(recordAndSee(context, "Napoleon")).isEqualTo("N."));
  }

  @Test
  void spamIsWithheldIfAsked() {
    runner
        .withPropertyValues(
            "tidings.recorder.spam-filter.enabled=true", "tidings.recorder.spam-filter.burst=2")
        .run(
            context -> {
              EventRecorder recorder = context.getBean(EventRecorder.class);
              for (int i = 0; i < 5; i++) {
                recorder.record(Weather.Rain, Severity.INFO, "it rains");
              }
              assertThat(recorder.counts().dropped()).containsEntry(DropCause.SPAM, 3L);
            });
  }

  @Test
  void strictModeThrows() {
    runner
        .withPropertyValues("tidings.recorder.strict=true")
        .run(
            context ->
                assertThatThrownBy(
                        () ->
                            context
                                .getBean(EventRecorder.class)
                                .record("weather.Hail", Severity.INFO, ""))
                    .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void limitsHold() {
    runner
        .withPropertyValues("tidings.recorder.limits.message=10B")
        .run(
            context ->
                assertThat(recordAndSee(context, "0123456789abcdef")).isEqualTo("0123456789"));
  }

  @Test
  void theJournalIsWhereItIsSaidAndAsLarge(@TempDir Path directory) {
    ApplicationContextRunner small =
        runner.withPropertyValues(
            "tidings.recorder.journal.directory=" + directory,
            "tidings.recorder.journal.max-size=256KB");
    small.run(
        context -> {
          fill(context);
          EventRecorder recorder = context.getBean(EventRecorder.class);
          assertThat(sizeOf(directory)).isBetween(32L * 1024, 300L * 1024);
          assertThat(recorder.counts().dropped()).containsKey(DropCause.JOURNAL_FULL);
          assertThat(recorder.counts().droppedFromJournal()).isZero();
        });
    small
        .withPropertyValues("tidings.recorder.journal.when-full=drop-oldest")
        .run(
            context -> {
              fill(context);
              assertThat(context.getBean(EventRecorder.class).counts().droppedFromJournal())
                  .isPositive();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "durability=page-cache",
        "durability=sync-every",
        "durability=SYNC_EACH",
        "when-full=drop-newest",
        "when-full=drop-by-severity",
        "when-full=wait"
      })
  void everyKindOfJournalRecords(String property, @TempDir Path directory) {
    runner
        .withPropertyValues(
            "tidings.recorder.journal.directory=" + directory,
            "tidings.recorder.journal.max-size=1MB",
            "tidings.recorder.journal." + property)
        .run(context -> assertThat(recordAndSee(context, "kept")).isEqualTo("kept"));
  }

  @Test
  void theApplicationsOwnRecorderTakesThePlace() {
    bare.withUserConfiguration(OwnRecorder.class)
        .withPropertyValues("tidings.recorder.install-as-default=true")
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(EventRecorder.class);
              assertThat(context).hasSingleBean(RecorderLifecycle.class);
              assertThat(recordAndSee(context).getSource().getNode()).isEqualTo("own");
              assertThat(Tidings.recorder()).isSameAs(context.getBean(EventRecorder.class));
            });
    bare.withUserConfiguration(OwnRecorder.class)
        .withPropertyValues("tidings.recorder.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(EventRecorder.class)
                    .doesNotHaveBean(RecorderLifecycle.class));
  }

  @Test
  void itIsTheProcessesRecorderOnlyIfAskedAndAsLongAsTheContextLives() {
    EventRecorder none = Tidings.recorder();
    runner.run(context -> assertThat(Tidings.recorder()).isSameAs(none));
    runner
        .withPropertyValues("tidings.recorder.install-as-default=true")
        .run(
            context ->
                assertThat(Tidings.recorder()).isSameAs(context.getBean(EventRecorder.class)));
    assertThat(Tidings.recorder()).isSameAs(none);
  }

  @Test
  void listenersHearWhatIsRecordedIfAsked() {
    runner
        .withUserConfiguration(Listening.class)
        .withPropertyValues("tidings.recorder.publish-application-events=true")
        .run(
            context -> {
              EventRecorder recorder = context.getBean(EventRecorder.class);
              recorder.record(Weather.Rain, Severity.INFO, "it rains");
              RecordedApplicationEvent heard =
                  context.getBean(Listening.class).heard.poll(20, TimeUnit.SECONDS);
              assertThat(heard).isNotNull();
              assertThat(heard.getEvent().getMessage()).isEqualTo("it rains");
              assertThat(heard.getSource()).isSameAs(recorder);
            });
    runner
        .withUserConfiguration(Listening.class)
        .run(context -> assertThat(context).doesNotHaveBean(ApplicationEventBridge.class));
  }

  @Test
  void listenersHearTheLastEventsWhileTheApplicationStops() {
    Listening[] kept = new Listening[1];
    runner
        .withUserConfiguration(Listening.class)
        .withPropertyValues(
            "tidings.recorder.publish-application-events=true", "tidings.recorder.close-timeout=5s")
        .run(
            context -> {
              kept[0] = context.getBean(Listening.class);
              for (int i = 0; i < 100; i++) {
                context
                    .getBean(EventRecorder.class)
                    .record(Weather.Rain, Severity.INFO, "drop " + i);
              }
              // Nobody waits for Kafka, which is not there.
              ((SmartLifecycle) context.getBean(ApplicationEventBridge.class)).stop();
              assertThat(kept[0].heard).hasSize(100);
              context.getBean(ClosingTime.class).spend(Duration.ofSeconds(5));
            });
  }

  @Test
  void whatIsRecordedIsLoggedIfAsked() {
    Logger logger = (Logger) LoggerFactory.getLogger("test.events");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
    runner
        .withPropertyValues(
            "tidings.recorder.logging.enabled=true", "tidings.recorder.logging.logger=test.events")
        .run(
            context -> {
              context.getBean(EventRecorder.class).record(Weather.Rain, Severity.WARN, "it rains");
              await().atMost(LIMIT).until(() -> !lines.list.isEmpty());
              assertThat(lines.list.get(0).getFormattedMessage()).isEqualTo("it rains");
              assertThat(lines.list.get(0).getLevel()).isEqualTo(Level.WARN);
            });
  }

  @Test
  void whatIsRecordedWhileStoppingAndDestroyingIsTaken() {
    EventRecorder[] kept = new EventRecorder[1];
    runner
        .withUserConfiguration(LastWords.class)
        .run(context -> kept[0] = context.getBean(EventRecorder.class));

    assertThat(kept[0].counts().recorded()).isEqualTo(2);
    assertThat(kept[0].counts().dropped()).isEmpty();
  }

  @Test
  void healthIsPartOfTheApplications() {
    ApplicationContextRunner healthy =
        runner.withConfiguration(
            AutoConfigurations.of(
                HealthContributorAutoConfiguration.class,
                HealthContributorRegistryAutoConfiguration.class));
    healthy.run(
        context -> {
          HealthIndicator indicator =
              (HealthIndicator)
                  context
                      .getBean(HealthContributorRegistry.class)
                      .getContributor("tidingsRecorder");
          assertThat(indicator).isNotNull();
          Health health = indicator.health();
          assertThat(health.getStatus()).isEqualTo(Status.UP);
          assertThat(health.getDetails()).containsEntry("recorded", 0L);
        });
    healthy
        .withPropertyValues("management.health.tidings-recorder.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean("tidingsRecorderHealthIndicator"));
  }

  @Test
  void metersAreBoundWhereThereIsARegistry() {
    runner
        .withConfiguration(
            AutoConfigurations.of(
                MetricsAutoConfiguration.class,
                SimpleMetricsExportAutoConfiguration.class,
                CompositeMeterRegistryAutoConfiguration.class))
        .run(
            context -> {
              context.getBean(EventRecorder.class).record(Weather.Rain, Severity.INFO, "it rains");
              assertThat(
                      context
                          .getBean(MeterRegistry.class)
                          .get("tidings.recorder.recorded")
                          .functionCounter()
                          .count())
                  .isEqualTo(1);
            });
    runner.run(context -> assertThat(context).doesNotHaveBean(RecorderMetrics.class));
  }

  @Test
  void neitherHealthNorMetricsAreNeeded() {
    runner
        .withClassLoader(
            new FilteredClassLoader("io.micrometer", "org.springframework.boot.health"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(EventRecorder.class)
                    .doesNotHaveBean("tidingsRecorderHealthIndicator")
                    .doesNotHaveBean("tidingsRecorderMetrics"));
  }

  @Test
  void thePropertiesAsTextHoldNoSecret() {
    runner
        .withPropertyValues("tidings.recorder.kafka.sasl.jaas.config=hush")
        .run(
            context -> {
              RecorderProperties properties = context.getBean(RecorderProperties.class);
              assertThat(properties.kafka()).containsEntry("sasl.jaas.config", "hush");
              assertThat(properties.toString()).doesNotContain("hush");
            });
  }

  private org.assertj.core.api.AbstractStringAssert<?> failure(String... properties) {
    String[] description = new String[1];
    runner
        .withPropertyValues(properties)
        .run(context -> description[0] = analyse(context.getStartupFailure()).getDescription());
    return assertThat(description[0]);
  }

  private static FailureAnalysis analyse(Throwable failure) {
    FailureAnalysis analysis = new RecorderStartFailureAnalyzer().analyze(failure);
    assertThat(analysis).as("analysis of " + failure).isNotNull();
    return analysis;
  }

  private static Event recordAndSee(ApplicationContext context) throws InterruptedException {
    BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
    EventRecorder recorder = context.getBean(EventRecorder.class);
    recorder.broadcaster().watch(seen::add);
    recorder.record(Weather.Rain, Severity.INFO, "it rains");
    Event event = seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event;
  }

  private static String recordAndSee(ApplicationContext context, String message)
      throws InterruptedException {
    BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
    EventRecorder recorder = context.getBean(EventRecorder.class);
    recorder.broadcaster().watch(seen::add);
    recorder.record(Weather.Rain, Severity.INFO, message);
    Event event = seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event.getMessage();
  }

  private static void fill(ApplicationContext context) {
    EventRecorder recorder = context.getBean(EventRecorder.class);
    String message = "x".repeat(8_000);
    for (int i = 0; i < 64; i++) {
      recorder.record(Weather.Rain, Severity.INFO, message);
    }
  }

  private static long sizeOf(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnRecorder {
    @Bean
    EventRecorder myRecorder() {
      return EventRecorder.builder()
          .source("own", "own")
          .catalogue(Weather.class)
          .bootstrapServers("127.0.0.1:1")
          .registry("mock://own")
          .build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Listening {
    final BlockingQueue<RecordedApplicationEvent> heard = new LinkedBlockingQueue<>();

    @EventListener
    void on(RecordedApplicationEvent event) {
      heard.add(event);
    }
  }

  /** One records when it stops, another when it is destroyed. */
  @Configuration(proxyBeanMethods = false)
  static class LastWords {
    @Bean
    SmartLifecycle stopping(EventRecorder recorder) {
      return new SmartLifecycle() {
        private boolean running;

        @Override
        public void start() {
          running = true;
        }

        @Override
        public void stop() {
          running = false;
          recorder.record(Weather.Rain, Severity.INFO, "stopping");
        }

        @Override
        public boolean isRunning() {
          return running;
        }

        @Override
        public int getPhase() {
          return Integer.MIN_VALUE;
        }
      };
    }

    @Bean
    AutoCloseable destroyed(EventRecorder recorder) {
      return () -> recorder.record(Weather.Snow, Severity.INFO, "destroyed");
    }
  }
}
