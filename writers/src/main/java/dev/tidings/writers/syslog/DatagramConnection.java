package dev.tidings.writers.syslog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * UDP, a message a datagram. Nobody answers: only a port that nobody listens on, on a host that
 * says so, is noticed, and that with the next message.
 */
final class DatagramConnection implements Connection {
  private static final int SEND_BUFFER_BYTES = 1 << 20;

  private final DatagramChannel channel;

  private DatagramConnection(DatagramChannel channel) {
    this.channel = channel;
  }

  static DatagramConnection open(SyslogTarget target) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
      channel.connect(address);
      return new DatagramConnection(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void write(Frames frames) throws IOException {
    for (int i = 0; i < frames.count(); i++) {
      channel.write(ByteBuffer.wrap(frames.message(i)));
    }
  }

  @Override
  public void finish() {
    close();
  }

  @Override
  public void close() {
    Closing.quietly(channel);
  }
}
