package dev.tidings.infra.process;

import org.jspecify.annotations.Nullable;

/** Another process listens on a port that was asked for. */
public final class PortInUseException extends StartException {

  private final int port;

  /**
   * @param port the port on 127.0.0.1
   * @param cause what the operating system said
   */
  public PortInUseException(int port, @Nullable Throwable cause) {
    super(
        "Port %d on 127.0.0.1 is in use: stop what listens there, or choose another port."
            .formatted(port),
        cause);
    this.port = port;
  }

  /** The port that is taken. */
  public int port() {
    return port;
  }
}
