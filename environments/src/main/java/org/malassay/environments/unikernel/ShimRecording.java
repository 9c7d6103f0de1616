package org.malassay.environments.unikernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.environments.tracing.GuestRecording;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderBounds;

/**
 * What the shim of one guest records of its sample: the records of a recorder of Linux's kernels,
 * of one guest. It shares its memory with the sample, so any of it may be the sample's word.
 */
final class ShimRecording {
  /** Where a sample lies, and is started. */
  private static final String FOLDER = "/tmp";

  /** How many there are of eight bytes in the header of a record: {@code record.h}. */
  private static final int HEADER_WORDS = 14;

  private static final String NO_RECORD = "said what is no record";

  private final Set<Facet> facets;
  private final ByteBuffer header =
      ByteBuffer.allocate(HEADER_WORDS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final Recorder recorder;
  private final GuestRecording guest;

  /**
   * @param facets that the guest records; what it tells of others is not believed
   */
  ShimRecording(Set<Facet> facets, EventSink events) {
    this.facets = facets;
    this.recorder =
        new Recorder(Recorder.newRun(), Origin.LIBRARY_OS, RecorderBounds.DEFAULT, command -> {});
    this.guest =
        recorder.open(
            event -> {
              if (facets.contains(event.facet())) {
                events.accept(event);
              }
            },
            Optional.of(FOLDER));
  }

  /**
   * What the guest is asked for, before what it is asked for in any case: see {@code recording.h}.
   */
  byte[] order(byte[] command) {
    RecorderBounds bounds = RecorderBounds.DEFAULT;
    return ByteBuffer.allocate(6 * Long.BYTES + command.length)
        .putLong(guest.cookie())
        .putLong(bounds.share())
        .putLong(bounds.rate())
        .putLong(bounds.burst())
        .putLong(bounds.calls())
        .putLong(bounds.processes())
        .put(command)
        .array();
  }

  /** Takes the next record, of whose header those words alone are sent that have changed. */
  void take(ByteBuffer sent) {
    ByteBuffer in = sent.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < Short.BYTES) {
      recorder.end(NO_RECORD);
      return;
    }
    int bits = in.getShort() & 0xFFFF;
    if (in.remaining() < Integer.bitCount(bits) * Long.BYTES || bits >> HEADER_WORDS != 0) {
      recorder.end(NO_RECORD);
      return;
    }
    for (int i = 0; i < HEADER_WORDS; i++) {
      if ((bits >> i & 1) != 0) {
        header.putLong(i * Long.BYTES, in.getLong());
      }
    }
    recorder.take(header.duplicate());
    recorder.take(in);
  }

  /** The sample has ended, or its guest has. A guest that was still to tell its end is cut. */
  Recording finish() {
    recorder.end("ended with its guest");
    return new Recording(new Recording(guest.finish()).states(facets));
  }
}
