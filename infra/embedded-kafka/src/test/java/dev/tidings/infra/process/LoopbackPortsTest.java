package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {

  @Test
  void holdsAPortOnLoopbackOnly() throws Exception {
    try (ServerSocketChannel channel = LoopbackPorts.listen(0)) {
      InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
      assertThat(address.getAddress().getHostAddress()).isEqualTo("127.0.0.1");
      assertThat(address.getPort()).isEqualTo(LoopbackPorts.of(channel));
    }
  }

  @Test
  void saysThatAPortIsInUse() throws Exception {
    try (ServerSocketChannel channel = LoopbackPorts.listen(0)) {
      int port = LoopbackPorts.of(channel);
      assertThatExceptionOfType(PortInUseException.class)
          .isThrownBy(() -> LoopbackPorts.listen(port))
          .withMessage(
              "Port %d on 127.0.0.1 is in use: stop what listens there, or choose another port.",
              port)
          .satisfies(e -> assertThat(e.port()).isEqualTo(port));
    }
  }

  @Test
  void findsPortsThatCanBeOpened() throws Exception {
    int port = LoopbackPorts.free();
    try (ServerSocketChannel channel = LoopbackPorts.listen(port)) {
      assertThat(LoopbackPorts.of(channel)).isEqualTo(port);
    }
  }
}
