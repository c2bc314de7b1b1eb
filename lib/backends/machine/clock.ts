/**
 * The clock of a machine, which its Sentinel sees. A container has that of its host, which stays as it is: there, libfaketime gives
 * the Sentinel another one.
 */
import { EXIT, RedisLabError } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { NodeModel } from '../../model/model.js';
import { type Coded, messageOf } from '../../report/messages.js';
import { UNITS } from './units.js';

/** What both scripts know. The file says how many seconds were added, and on a machine whether it kept its clock by NTP. */
const SHARED = `
file=/run/redis-lab-clock
dropin=/run/systemd/system/${UNITS.sentinel}.service.d
is_container() { systemd-detect-virt --quiet --container; }
library() {
  for each in /usr/lib/*-linux-*/faketime/libfaketime.so.1 /usr/lib/faketime/libfaketime.so.1 /usr/lib64/faketime/libfaketime.so.1; do
    if [ -e "$each" ]; then echo "$each"; return; fi
  done
}`;

/** Says `lacking`. */
const LACK = `${SHARED}
if is_container && [ -z "$(library)" ]; then echo lacking; fi`;

/**
 * Argument: seconds. The C library stands behind libfaketime, because Debian's servers allocate by jemalloc, which asks for the time
 * before that can answer.
 */
const MOVE = `${SHARED}
seconds=$1
moved=0 ntp=no
if [ -e "$file" ]; then read -r moved ntp <"$file"; fi
total="+$((moved + seconds))"
if is_container; then
  if ! [ -e "$dropin/redis-lab-clock.conf" ]; then
    echo '+0 no' >"$file"
    mkdir -p "$dropin"
    cat >"$dropin/redis-lab-clock.conf" <<END
[Service]
Environment=LD_PRELOAD=$(library):libc.so.6 FAKETIME_TIMESTAMP_FILE=$file.faked FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
END
    echo +0 >"$file.faked"
    systemctl daemon-reload
    systemctl restart ${UNITS.sentinel}
  fi
  echo "$total" >"$file.new"
  mv "$file.new" "$file.faked"
else
  if ! [ -e "$file" ]; then ntp=$(timedatectl show --property=NTP --value 2>/dev/null || echo no); fi
  if [ "$ntp" = yes ]; then timedatectl set-ntp false; fi
  date --set="+$seconds seconds"
fi
echo "$total $ntp" >"$file"`;

/** Says `restored` where it was moved. The Sentinel is started again, so that it does not take this for another jump. */
const RESTORE = `${SHARED}
if ! [ -e "$file" ]; then exit 0; fi
read -r moved ntp <"$file"
if is_container; then
  rm -f "$dropin/redis-lab-clock.conf" "$file.faked" /dev/shm/*faketime_s[he]m_*
  rmdir "$dropin" 2>/dev/null || true
  systemctl daemon-reload
else
  date --set="-$((moved)) seconds" >/dev/null
  if [ "$ntp" = yes ]; then timedatectl set-ntp true; fi
fi
rm -f "$file"
systemctl restart --no-block ${UNITS.sentinel}
echo restored`;

export function clockOf(asRoot: FaultHost['asRoot']): FaultHost['clock'] {
  const script = async (node: NodeModel, text: string, ...args: readonly string[]) => {
    const { code, said } = await asRoot(node, text, ...args);
    if (code === 0) return said;
    throw new RedisLabError(
      `The clock of ${node.name} could not be set (ended with ${code}): ${said}`,
      {
        exitCode: EXIT.program,
      },
    );
  };
  const lackOf = async (node: NodeModel): Promise<Coded | undefined> => {
    if (!(await script(node, LACK)).includes('lacking')) return undefined;
    const command = `redis-lab exec ${node.name} -- sudo apt-get install -y libfaketime`;
    return { code: 'lack.faketime', values: { command } };
  };
  return {
    lack: lackOf,
    async move(node, seconds) {
      const lack = await lackOf(node);
      if (lack) throw new RedisLabError(messageOf(lack).text, { exitCode: EXIT.notReady });
      await script(node, MOVE, String(seconds));
    },
    async restore(node) {
      return (await script(node, RESTORE)).includes('restored');
    },
  };
}
