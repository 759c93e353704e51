package dev.tidings.infra.stack;

import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;

/**
 * A standalone Kafka Connect worker in this process. Connectors are managed by its REST API, and
 * for as long as it runs.
 */
final class ConnectWorker implements AutoCloseable {
  private final Connect<StandaloneHerder> connect;

  private ConnectWorker(Connect<StandaloneHerder> connect) {
    this.connect = connect;
  }

  /**
   * @param directory for the offsets of source connectors; those of sinks are in Kafka
   * @param port of its REST API on loopback; 0 takes a free one
   * @throws dev.tidings.infra.process.PortInUseException if somebody else has it
   */
  static ConnectWorker start(String bootstrapServers, Path directory, int port) {
    requireFree(port);
    Map<String, String> worker = new HashMap<>();
    worker.put("bootstrap.servers", bootstrapServers);
    worker.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    worker.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    worker.put("offset.storage.file.filename", directory.resolve("offsets").toString());
    worker.put("listeners", "HTTP://%s:%d".formatted(LoopbackPorts.HOST, port));
    worker.put("plugin.discovery", "service_load");
    // Sinks read what is committed, and not what was taken back.
    worker.put("consumer.isolation.level", "read_committed");
    // A task comes for the next batches when it is done with these: then they should be here.
    worker.put("consumer.max.partition.fetch.bytes", "4194304");
    worker.put("consumer.receive.buffer.bytes", "-1");
    worker.put("offset.flush.interval.ms", "5000");
    // Connect ends the JVM when it does not start; here others live in it.
    Exit.setExitProcedure(
        (code, message) -> {
          throw new StartException(
              "Kafka Connect did not start; the log says why (code %d)".formatted(code));
        });
    try {
      return new ConnectWorker(new ConnectStandalone().startConnect(worker));
    } finally {
      Exit.resetExitProcedure();
    }
  }

  /** Connect itself does not say what is wrong with it. */
  private static void requireFree(int port) {
    try (ServerSocketChannel channel = LoopbackPorts.listen(port)) {
      LoopbackPorts.of(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where its REST API is. */
  String url() {
    URI advertised = connect.rest().advertisedUrl();
    return "http://%s:%d".formatted(LoopbackPorts.HOST, advertised.getPort());
  }

  Herder herder() {
    return connect.herder();
  }

  @Override
  public void close() {
    connect.stop();
    connect.awaitStop();
  }
}
