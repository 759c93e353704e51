package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Topics;
import dev.tidings.wire.WireFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose fault it is that a schema cannot be had: the record's, or the registry's. */
class EventValuesTest {
  private static final byte[] OF_ANOTHER_SCHEMA = WireFormat.frame(77, new byte[] {1, 2, 3});

  private HttpServer server;
  private volatile int answer;
  private SchemaRegistry registry;
  private EventValues values;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean registers = exchange.getRequestMethod().equals("POST");
          byte[] body =
              (registers
                      ? "{\"id\":1}"
                      : "{\"error_code\":%d,\"message\":\"no\"}".formatted(answer * 100 + 3))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(registers ? 200 : answer, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    registry =
        RegistryClient.create(
            RegistryConfig.of("http://127.0.0.1:" + server.getAddress().getPort()));
    values = EventValues.register(registry, Topics.DEFAULT);
  }

  @AfterEach
  void stop() {
    registry.close();
    server.stop(0);
  }

  @Test
  void aRegistryThatLetsNobodyInSaysNothingOfTheRecord() {
    answer = 401;
    assertThatThrownBy(() -> values.read(OF_ANOTHER_SCHEMA)).isInstanceOf(RegistryException.class);
    answer = 403;
    assertThatThrownBy(() -> values.read(OF_ANOTHER_SCHEMA)).isInstanceOf(RegistryException.class);
  }

  @Test
  void aSchemaThatNobodyKnowsIsTheRecords() {
    answer = 404;
    assertThatThrownBy(() -> values.read(OF_ANOTHER_SCHEMA))
        .isInstanceOf(MalformedValueException.class);
  }
}
