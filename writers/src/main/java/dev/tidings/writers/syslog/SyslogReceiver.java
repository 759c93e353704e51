package dev.tidings.writers.syslog;

import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.delivery.Receiver;
import dev.tidings.writers.encoded.Spares;
import java.io.IOException;
import java.util.List;

/**
 * Writes to the first target that can be reached. To confirm, the connection is ended, and the
 * receiver must be there afterwards:
 *
 * <pre>
 *  1. connect anew     a round trip: had the receiver closed before, we know now
 *  2. still open?      otherwise what was written last may be lost
 *  3. end, await end   it has read everything
 *  4. connect anew     it did not die with it: a process that ends closes the port it listens on
 *                      before the connections it got there
 * </pre>
 */
final class SyslogReceiver implements Receiver {
  private final Targets targets;
  private final SyslogFormat format;
  private final Watchdog watchdog;
  private final Spares<Frames> buffers = new Spares<>(Frames::new);

  /** For {@link #prepare} alone. */
  private final MessageBuffer message = new MessageBuffer();

  private Targets.Connected current;

  private SyslogReceiver(
      Targets targets, SyslogFormat format, Watchdog watchdog, Targets.Connected current) {
    this.targets = targets;
    this.format = format;
    this.watchdog = watchdog;
    this.current = current;
  }

  static SyslogReceiver open(Targets targets, SyslogFormat format) throws IOException {
    Watchdog watchdog = new Watchdog();
    try {
      return new SyslogReceiver(targets, format, watchdog, targets.connect(watchdog));
    } catch (IOException | RuntimeException e) {
      watchdog.close();
      throw e;
    }
  }

  @Override
  public Write prepare(List<Delivery> deliveries) {
    Frames frames = buffers.take();
    for (Delivery delivery : deliveries) {
      // A deletion is nothing that happened: there is no message for it.
      if (delivery instanceof Delivery.Occurred occurred) {
        message.truncate(0);
        format.write(occurred, message);
        frames.add(message);
      }
    }
    return rejections -> write(frames);
  }

  private void write(Frames frames) throws IOException {
    try {
      current.connection().write(frames);
      buffers.giveBack(frames);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void confirm() throws IOException {
    SyslogTarget target = current.target();
    try {
      if (target.transport() != SyslogTarget.Transport.UDP) {
        targets.connect(target, watchdog).close();
        current.connection().finish();
        targets.connect(target, watchdog).close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
    current.connection().close();
    // From the first again: one that was away may be back.
    current = targets.connect(watchdog);
  }

  private IOException failed(IOException problem) {
    targets.failed(current.target());
    return new IOException("%s: %s".formatted(current.target(), problem.getMessage()), problem);
  }

  @Override
  public void close() {
    current.connection().close();
    watchdog.close();
  }
}
