package dev.tidings.documentation;

import dev.tidings.dedup.DedupConfig;
import dev.tidings.dedup.topology.DedupMeters;
import dev.tidings.event.Event;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.informer.metrics.InformerMetrics;
import dev.tidings.recorder.FakeRecorder;
import dev.tidings.recorder.micrometer.RecorderMetrics;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.wire.Topics;
import dev.tidings.writers.converter.EventConverter;
import dev.tidings.writers.delivery.WriterMeter;
import dev.tidings.writers.lines.LinesSinkConnector;
import dev.tidings.writers.store.StoreSinkConnector;
import dev.tidings.writers.syslog.SyslogSinkConnector;
import dev.tidings.writers.webhook.WebhookSinkConnector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;

/** Pages made from what the code itself says of its settings and metrics. */
final class Reference {
  private static final String GENERATED =
      "<!-- Made from the code by ReferenceTest: change it there. -->\n\n";

  private Reference() {}

  static String settings() {
    StringBuilder page = new StringBuilder("# Settings\n\n" + GENERATED);
    page.append(
        """
        What each program of ours can be told, besides every setting of the Kafka clients in it. A recorder and an informer are set up by
        methods; see [the recorder](../recorder.md) and [the informer](../informer.md). Where TLS is spoken, Kafka's `ssl.…` settings are known as well, with a
        prefix of `schema.registry.` for the registry.
        """);
    section(page, "`tidings-dedup`", DedupConfig.definition());
    section(page, "Syslog sink", new SyslogSinkConnector().config());
    section(page, "Store sink", new StoreSinkConnector().config());
    section(page, "Webhook sink", new WebhookSinkConnector().config());
    section(page, "Lines sink", new LinesSinkConnector().config());
    section(page, "Converter", new EventConverter().config());
    section(page, "Schema registry, wherever it is used", RegistryConfig.configDef());
    return page.toString();
  }

  private static void section(StringBuilder page, String title, ConfigDef definition) {
    page.append("\n## ").append(title).append("\n\n");
    page.append("| setting | default | valid | |\n|---|---|---|---|\n");
    definition.configKeys().values().stream()
        .filter(key -> !isKafkasOwn(key.name))
        .sorted(Comparator.comparing(key -> key.name))
        .forEach(key -> page.append(row(key)));
  }

  /** Those of TLS, of which there are twenty. */
  private static boolean isKafkasOwn(String name) {
    return name.startsWith("ssl.") || name.contains(".ssl.");
  }

  private static String row(ConfigDef.ConfigKey key) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            key.name,
            defaultOf(key),
            key.validator == null ? "" : cell(key.validator.toString()),
            cell(key.documentation));
  }

  private static String defaultOf(ConfigDef.ConfigKey key) {
    if (!key.hasDefault()) {
      return "required";
    }
    String value = ConfigDef.convertToString(key.defaultValue, key.type);
    return value == null || value.isEmpty() ? "" : "`" + value + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\s+", " ").strip();
  }

  static String metrics() {
    StringBuilder page = new StringBuilder("# Metrics\n\n" + GENERATED);
    page.append(
        """
        As Prometheus sees them. Recorders and informers have Micrometer binders (`RecorderMetrics`, `InformerMetrics`), which go to any monitoring
        system; `tidings-dedup` serves its own at `/metrics`. Those of writers are JMX beans of Kafka Connect, beside its own; see
        [deploying](../deploying.md) for how they get these names.
        """);
    FakeRecorder recorder = FakeRecorder.of();
    section(page, "Recorder", registry -> new RecorderMetrics(recorder).bindTo(registry));
    section(page, "`tidings-dedup`", registry -> new DedupMeters(registry));
    section(page, "Informer", Reference::bindInformer);
    writers(page);
    return page.toString();
  }

  /** In the names that the exporter's rules in {@code infra/connect} give them. */
  private static void writers(StringBuilder page) {
    page.append("\n## Writers\n\n");
    page.append(
        "Attributes of `kafka.connect:type=plugins,connector=…,task=…`, from Kafka 4.1 on.\n\n");
    page.append("| metric | attribute | type | |\n|---|---|---|---|\n");
    for (WriterMeter meter : WriterMeter.values()) {
      String name = meter.attribute().replace('-', '_').replace("_ms_", "_seconds_");
      page.append(
          "| `tidings_writer_%s` | `%s` | %s | %s |\n"
              .formatted(
                  name,
                  meter.attribute(),
                  meter.isCounter() ? "counter" : "gauge",
                  cell(meter.description())));
    }
  }

  private static void bindInformer(MeterRegistry registry) {
    SharedInformer<String, Event> informer =
        EventInformers.builder(Topics.DEFAULT, new InMemorySchemaRegistry())
            .bootstrapServers("127.0.0.1:1")
            .build();
    new InformerMetrics(informer, Topics.DEFAULT.events(), List.of()).bindTo(registry);
    informer.close();
  }

  private static void section(StringBuilder page, String title, Consumer<MeterRegistry> binder) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    binder.accept(registry);
    Map<String, String> help = new TreeMap<>();
    Map<String, String> types = new TreeMap<>();
    registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("# "))
        .map(line -> line.split(" ", 4))
        .forEach(
            line ->
                (line[1].equals("HELP") ? help : types)
                    .put(line[2], line.length > 3 ? line[3] : ""));
    page.append("\n## ").append(title).append("\n\n");
    page.append("| metric | type | |\n|---|---|---|\n");
    types.forEach(
        (name, type) ->
            page.append(
                "| `%s` | %s | %s |\n".formatted(name, type, cell(help.getOrDefault(name, "")))));
    registry.close();
  }
}
