package org.malassay.elf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.malassay.elf.ElfFacts.FloatAbi;

/**
 * The build attributes of ARM objects, {@code .ARM.attributes}: Addenda to, and Errata in, the ABI
 * for the Arm Architecture, IHI 0045, section 3.
 */
final class ArmAttributes {
  private static final long TAG_FILE = 1;
  private static final long TAG_CPU_RAW_NAME = 4;
  private static final long TAG_CPU_NAME = 5;
  private static final long TAG_ABI_VFP_ARGS = 28;
  private static final long TAG_COMPATIBILITY = 32;

  private ArmAttributes() {}

  /** What the attributes say of the file as a whole; unstated when they are malformed. */
  static FloatAbi floatAbi(ByteBuffer attributes) {
    try {
      return attributes.get() == 'A' ? ofVendors(attributes) : FloatAbi.UNSTATED;
    } catch (BufferUnderflowException e) {
      return FloatAbi.UNSTATED;
    }
  }

  private static FloatAbi ofVendors(ByteBuffer vendors) {
    while (vendors.hasRemaining()) {
      ByteBuffer vendor = sized(vendors, vendors.position());
      if (isAeabi(vendor)) {
        return ofScopes(vendor);
      }
    }
    return FloatAbi.UNSTATED;
  }

  private static FloatAbi ofScopes(ByteBuffer scopes) {
    while (scopes.hasRemaining()) {
      int start = scopes.position();
      long tag = number(scopes);
      ByteBuffer scope = sized(scopes, start);
      if (tag == TAG_FILE) {
        return ofFile(scope);
      }
    }
    return FloatAbi.UNSTATED;
  }

  private static FloatAbi ofFile(ByteBuffer attributes) {
    long vfpArgs = 0; // what the ABI takes an absent tag for
    while (attributes.hasRemaining()) {
      long tag = number(attributes);
      if (tag == TAG_ABI_VFP_ARGS) {
        vfpArgs = number(attributes);
      } else if (tag == TAG_COMPATIBILITY) {
        number(attributes);
        skipText(attributes);
      } else if (tag == TAG_CPU_RAW_NAME
          || tag == TAG_CPU_NAME
          || (tag > TAG_COMPATIBILITY && tag % 2 == 1)) {
        skipText(attributes);
      } else {
        number(attributes);
      }
    }
    if (vfpArgs == 0) {
      return FloatAbi.SOFT;
    }
    return vfpArgs == 1 ? FloatAbi.HARD : FloatAbi.UNSTATED;
  }

  /** Takes a part off the buffer whose size, counted from {@code start}, comes next. */
  private static ByteBuffer sized(ByteBuffer buffer, int start) {
    long end = start + Integer.toUnsignedLong(buffer.getInt());
    if (end < buffer.position() || end > buffer.limit()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part =
        buffer.slice(buffer.position(), (int) end - buffer.position()).order(buffer.order());
    buffer.position((int) end);
    return part;
  }

  private static boolean isAeabi(ByteBuffer buffer) {
    boolean same = true;
    for (char c : "aeabi\0".toCharArray()) {
      same &= buffer.get() == c;
    }
    return same;
  }

  /** ULEB128; bits beyond the 63rd are lost. */
  private static long number(ByteBuffer buffer) {
    long number = 0;
    int shift = 0;
    byte part;
    do {
      part = buffer.get();
      number |= shift < 63 ? (part & 0x7fL) << shift : 0;
      shift += 7;
    } while (part < 0);
    return number & Long.MAX_VALUE;
  }

  private static void skipText(ByteBuffer buffer) {
    while (buffer.get() != 0) {
      // the byte is skipped by reading it
    }
  }
}
