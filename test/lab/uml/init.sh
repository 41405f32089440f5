#!/bin/sh
# PID 1 of the lab: makes the kernel usable, runs job.sh of the folder in $LAB_JOB, leaves its exit status there and powers
# off. All it can know stands in that folder, which boot.ts wrote: settings.sh, fstab and job.sh.
# Every process it starts costs some 50 ms here, hence one modprobe and one mount for everything.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${LAB_TERM:-linux}" LC_ALL=C.UTF-8
exec </dev/null >/dev/tty0 2>&1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
. "$LAB_JOB/settings.sh"

mount -t tmpfs -o mode=755 none /run
mkdir -p /run/lab/overlay/etc/upper /run/lab/overlay/etc/work /run/lab/overlay/var/upper /run/lab/overlay/var/work
# $LAB_JOB is out of reach once the tmpfs of the fstab covers it: the fstab mounts it at /run/lab/job.
modprobe_all() { LD_LIBRARY_PATH="$LAB_LIBRARIES" "$LAB_MODPROBE" -d "$LAB_MODULES" -a "$@"; }
modprobe_all $LAB_MODULE_NAMES || echo "lab: some kernel modules did not load"
if ! mount -a -T "$LAB_JOB/fstab"; then
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

read -r up idle </proc/uptime
echo "$up" >/run/lab/job/started
if [ "$LAB_INTERACTIVE" = 1 ]; then
  setsid -c -w sh /run/lab/job/job.sh </dev/tty0
else
  sh /run/lab/job/job.sh
fi
echo $? >/run/lab/job/status
umount /run/lab/job 2>/dev/null || sync
echo o >/proc/sysrq-trigger
while :; do sleep 60; done
