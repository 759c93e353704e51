package dev.tidings.writers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.runtime.isolation.LoaderSwap;
import org.apache.kafka.connect.runtime.isolation.PluginDesc;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.tools.ConnectPluginPath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin as a Connect worker finds it: unpacked below its plugin.path, and nothing else. */
class PluginZipIT {
  private static final String SINKS = "dev.tidings.writers.";

  @TempDir static Path pluginPath;
  private static Plugins plugins;

  @BeforeAll
  static void unpack() throws Exception {
    try (ZipInputStream zip =
        new ZipInputStream(
            Files.newInputStream(Path.of(System.getProperty("tidings.plugin.zip"))))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = pluginPath.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy((InputStream) zip, file);
        }
      }
    }
    plugins =
        new Plugins(
            Map.of("plugin.path", pluginPath.toString(), "plugin.discovery", "service_load"));
  }

  @Test
  void allPluginsAreFoundByTheirManifestsWithTheVersionOfTheBuild() {
    List<PluginDesc<?>> ours =
        Stream.concat(plugins.sinkConnectors().stream(), plugins.converters().stream())
            .filter(plugin -> plugin.location().startsWith("file:" + pluginPath))
            .<PluginDesc<?>>map(plugin -> plugin)
            .toList();

    assertThat(ours)
        .extracting(PluginDesc::className)
        .containsExactlyInAnyOrder(
            SINKS + "converter.EventConverter",
            SINKS + "lines.LinesSinkConnector",
            SINKS + "store.StoreSinkConnector",
            SINKS + "syslog.SyslogSinkConnector",
            SINKS + "webhook.WebhookSinkConnector");
    assertThat(ours)
        .allSatisfy(
            plugin ->
                assertThat(plugin.version()).isEqualTo(System.getProperty("tidings.version")));
  }

  /** The tool that comes with Kafka, as an operator runs it. */
  @Test
  void connectPluginPathListsItCleanly() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int code =
        ConnectPluginPath.mainNoExit(
            new String[] {"list", "--plugin-path", pluginPath.toString()},
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isZero();
    String version = System.getProperty("tidings.version");
    List<String> plugins =
        out.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith(SINKS))
            .toList();
    // Loadable, with a manifest.
    assertThat(plugins).hasSize(5).allMatch(line -> line.contains("\ttrue\ttrue\t"));
    assertThat(plugins).allMatch(line -> line.contains("\t" + version + "\t"));
  }

  @Test
  void itBringsAllThatItNeedsAndNothingThatTheWorkerHas() throws Exception {
    try (var files = Files.walk(pluginPath)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("1-events.sql", "LICENSE")
          .noneMatch(name -> name.startsWith("kafka-clients") || name.startsWith("slf4j"));
    }
    assertValid("store.StoreSinkConnector", Map.of("store.url", "jdbc:postgresql://127.0.0.1:1/x"));
    assertValid(
        "webhook.WebhookSinkConnector",
        Map.of("webhook.url", "https://127.0.0.1/x", "webhook.format", "slack"));
    assertValid("syslog.SyslogSinkConnector", Map.of("syslog.targets", "tls://127.0.0.1"));
    assertValid("lines.LinesSinkConnector", Map.of("file", "-"));
  }

  @Test
  void everySettingIsDocumentedAndInAGroup() throws Exception {
    for (String sink : List.of("store.Store", "webhook.Webhook", "syslog.Syslog", "lines.Lines")) {
      Connector connector = connector(sink + "SinkConnector");
      connector.config().configKeys().values().stream()
          .filter(key -> !key.name.startsWith("ssl.") && !key.name.startsWith("security."))
          .forEach(
              key -> {
                assertThat(key.documentation).as(key.name).isNotBlank();
                assertThat(key.group).as(key.name).isNotBlank();
                assertThat(key.displayName).as(key.name).isNotEqualTo(key.name);
              });
    }
  }

  private static void assertValid(String name, Map<String, String> settings) throws Exception {
    Connector connector = connector(name);
    try (LoaderSwap swap = plugins.withClassLoader(connector.getClass().getClassLoader())) {
      assertThat(connector.validate(settings).configValues())
          .as(name)
          .flatExtracting(ConfigValue::errorMessages)
          .isEmpty();
      assertThat(connector.taskClass().getDeclaredConstructor().newInstance()).isNotNull();
    }
  }

  /** From the plugin path: the same classes are on this test's own class path. */
  private static Connector connector(String name) throws Exception {
    Class<?> found =
        plugins.sinkConnectors().stream()
            .filter(plugin -> plugin.location().startsWith("file:" + pluginPath))
            .map(PluginDesc::pluginClass)
            .filter(plugin -> plugin.getName().equals(SINKS + name))
            .findFirst()
            .orElseThrow();
    assertThat(found.getClassLoader()).isNotSameAs(PluginZipIT.class.getClassLoader());
    return (Connector) found.getDeclaredConstructor().newInstance();
  }
}
