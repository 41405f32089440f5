#!/bin/sh
# PID 1 of the Fibre Channel lab, once it has the host's files: makes the kernel usable, runs job.sh of the folder that is
# its argument, leaves its exit status there and powers off. All it can know stands in that folder (see host/job.ts).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${LAB_TERM:-linux}" LC_ALL=C.UTF-8
exec </dev/null >/dev/hvc0 2>&1
job=$1
. "$job/settings.sh"

mount --bind / /mnt
mount -t tmpfs -o mode=755 none /run
mkdir -p /run/lab/overlay/etc/upper /run/lab/overlay/etc/work /run/lab/overlay/var/upper /run/lab/overlay/var/work
modprobe_all() { LD_LIBRARY_PATH="$LAB_LIBRARIES" "$LAB_MODPROBE" -d "$LAB_MODULES" -a "$@"; }
modprobe_all $LAB_MODULE_NAMES || echo "lab: some kernel modules did not load"
if ! mount -a -T "$job/fstab"; then
  echo "lab: could not mount everything the lab needs"
fi
# The kernel, and whoever needs a module later, finds modprobe here with its libraries and its tree.
printf '%s\n' '#!/bin/sh' "LD_LIBRARY_PATH='$LAB_LIBRARIES' exec '$LAB_MODPROBE' -d '$LAB_MODULES' \"\$@\"" >/run/lab/modprobe
chmod +x /run/lab/modprobe
echo /run/lab/modprobe >/proc/sys/kernel/modprobe
ip link set lo up

# A guard of its own, should nobody outside be left to end the lab; and the kernel's word on what is stuck.
(
  sleep "$LAB_SECONDS"
  echo w >/proc/sysrq-trigger
  sleep 1
  echo o >/proc/sysrq-trigger
) </dev/null &

# A line on the serial port takes longer than what many of them tell of: from here on only errors go there at once.
echo 4 >/proc/sys/kernel/printk

read -r up idle </proc/uptime
echo "$up" >/run/lab/job/started
if [ "$LAB_INTERACTIVE" = 1 ]; then
  setsid -c -w sh /run/lab/job/job.sh </dev/hvc0
else
  sh /run/lab/job/job.sh
fi
status=$?
dmesg >/run/lab/job/dmesg
echo "$status" >/run/lab/job/status
echo o >/proc/sysrq-trigger
while :; do sleep 60; done
