import { NETSTAT_S_NAMES } from '../parse/netstat-s-names.ts'

/**
 * Words that are never replaced: they tell nothing about anybody, and what reads the text depends on them.
 * Programs, states, columns, options, protocols, kinds and names that every cluster has, and what people call environments.
 */
const PROGRAMS = `nginx tengine openresty apache apache2 httpd redis redis-server redis-sentinel memcached node nodejs mainthread haproxy
envoy istio istiod istio-proxy pilot-agent kube-proxy kube-apiserver kube-apiserve kube-controller kube-controller-manager
kube-scheduler kubelet kube-dns kube-flannel kube-router etcd etcd-manager etcdctl bird bird6 calico calico-node calico-felix felix
confd cilium cilium-agent cilium-operator flannel flanneld weaver weave weave-net protokube dns-controller java tomcat mysql mysqld
mariadb mariadbd postgres postgresql postmaster mongod mongos php-fpm gunicorn uwsgi unicorn puma traefik coredns dnsmasq named unbound
containerd containerd-shim containerd-shim-runc-v2 dockerd docker docker-proxy docker-containerd crio cri-o runc rpcbind rpc.statd
rpc.mountd sshd ssh systemd systemd-resolved systemd-resolve systemd-networkd init chronyd ntpd ntpdate exim4 exim sendmail postfix master
prometheus alertmanager grafana grafana-server node_exporter node-exporter node-problem-detector metrics-server metrics-serve
kube-state-metrics fluentd fluent-bit filebeat logstash kibana elasticsearch opensearch zookeeper kafka rabbitmq beam.smp erlang epmd consul
vault nomad cupsd avahi-daemon dbus-daemon rsyslogd syslogd syslog-ng journald systemd-journald crond cron atd agetty login bash sh zsh
fish ash dash tmux screen sudo su python python2 python3 perl ruby php go dotnet deno bun squid varnishd stunnel keepalived ipvs xinetd
inetd vsftpd proftpd smbd nmbd nfsd lockd mountd snmpd zabbix_agentd zabbix_server telegraf influxd collectd datadog-agent agent aws-node
ipamd aws-k8s-agent cloud-init amazon-ssm-agent ssm-agent-worke google_guest_ag waagent metalb metallb speaker controller ingress-nginx
ingress-nginx-controller nginx-ingress nginx-ingress-controller nginx-ingress-c cert-manager coredns-autoscaler local-path-provisioner
local-path-prov csi-node-driver cluster-autoscaler kubernetes-dashboard dashboard helm tiller velero argocd argocd-server flux proxy worker
webhook operator server client sidecar`
const TOOLS = `ss netstat nstat sysctl uname hostname hostnamectl cat head tail grep egrep fgrep zgrep awk gawk mawk sed cut tr sort uniq wc xargs
column tee date lsb_release nproc lscpu uptime watch time timeout nsenter unshare kubectl oc crictl ctr nerdctl podman ip iptables
iptables-save iptables-restore ip6tables ip6tables-save nft ipvsadm ipset conntrack tcpdump tshark wireshark ps top htop vmstat dmesg
journalctl curl wget nc ncat telnet ping ping6 dig nslookup host lsof strace perf ethtool ifconfig route ls cd echo export vim vi nano
systemctl service mount umount df du free iostat sar mpstat pidstat scp rsync for while do done if then else fi in busybox apt apt-get
yum dnf apk tc bpftool bpftrace exit logout find cp mv rm mkdir touch less more traceroute tracepath mtr ab wrk hey lsns arp brctl
bridge nfsstat nfsiostat rpcinfo showmount modprobe lsmod sleep kill pkill killall true false test which man jq yq`
const STATES = `listen listening established estab syn-sent syn_sent syn-recv syn_recv syn-rcv fin-wait-1 fin-wait-2 fin_wait1 fin_wait2 time-wait
time_wait close close-wait close_wait last-ack last_ack closing closed unconn connected connecting unreplied assured none all any
anywhere ready notready running pending failed succeeded unknown completed terminating crashloopbackoff error evicted active bound
reachable stale delay probe incomplete permanent noarp up down unreachable lower_up`
const COLUMNS = `state recv-q send-q local address port peer process proto foreign pid program name namespace netid users user uid ino sk timer fd
status restarts age ip node nominated readiness gates labels label type cluster-ip external-ip selector endpoints ports roles role version
internal-ip os-image kernel-version container-runtime chain target prot opt source destination references policy packets bytes pkts
in out cut data desired current up-to-date available reason object message count first last seen kind hosts class capacity`
const NETWORK = `tcp tcp4 tcp6 udp udp4 udp6 unix raw icmp icmpv6 sctp ipv4 ipv6 inet inet6 http https http2 h2 h2c grpc dns dns-tcp ssh tls ssl ftp smtp imap
pop3 ldap ldaps snmp ntp nfs rpc mysql redis amqp metrics health healthz web api app apps www ui rest admin public private internal
external main primary secondary replica backend frontend server client default local localhost localhost.localdomain localdomain host
eth0 eth1 ens3 ens4 ens5 lo docker0 cni0 cbr0 bond0 br0 tunl0 flannel.1 cali0 veth dev dst src sport dport via proto scope link global net
core conf nf filter nat mangle input output forward prerouting postrouting accept drop reject return dnat snat masquerade mark kube to from
on off yes no not and or set get add del show list save map table rule rules hook priority type`
const KUBERNETES = `kube-system kube-public kube-node-lease kubernetes kubernetes.io k8s k8s.io kubernetes.default default istio-system
ingress-nginx cert-manager monitoring logging ingress egress kube-flannel calico-system tigera-operator metallb-system cattle-system
argocd flux-system knative-serving linkerd openshift gatekeeper-system cluster cluster.local svc pod pods po node nodes no service
services ep endpoint endpoints endpointslice endpointslices deployment deployments deploy deploys statefulset sts daemonset daemonsets
ds replicaset replicasets rs replicationcontroller rc job jobs cronjob event events ev configmap configmaps cm secret secrets ingresses
ing pv pvc sc crd sa serviceaccount namespaces ns clusterip nodeport loadbalancer externalname v1 v1beta1 list metadata spec container
containers init-container describe logs exec apply create delete edit patch label annotate top cp yaml json wide short long
ca.crt token kubelet-config kube-root-ca.crt pause worker control-plane master etcd-0 etcd-1 etcd-2 web-0`
const PLACES = `prod production prd staging stage stg dev develop development test testing tests qa uat sit demo sandbox beta alpha gray canary
blue green live pre preprod perf temp tmp example examples sample foo bar baz one two three old new before after linux debian ubuntu
centos redhat rhel fedora alpine amazon suse windows darwin generic amd64 x86_64 arm64 gnu root admin core debian-gnu this that the with
for was are has can will node1 node2 my your our their it is be by at as of an we no so do up`
const USERS = `root admin administrator ubuntu debian ec2-user centos fedora core opc azureuser vagrant user nobody daemon www-data nginx mysql postgres
redis systemd-network systemd-resolve messagebus sshd bin sys sync rancher docker jenkins git deploy deployer ops sre node app`

/** What the kernel's counters are called, in names and in sentences. */
const KERNEL =
  `${JSON.stringify(NETSTAT_S_NAMES)} backlog somaxconn queue queued overflow overflows overflowed drop drops dropped retrans retransmit
retransmits retransmitted socket sockets segments packet packets reset resets max min syn ack fin rst buffer memory pressure orphan
orphans sent received failed fail limit limits threads thread task tasks blocked cpu wait load average total free used buff cache
bytes rows line lines command output error errors warn warning info debug trace level msg time date start started stop stopped end
number size count value values key keys docs documentation blog wiki page readme path file files folder dir directory home mnt opt
tmp var usr etc sbin bin share config configuration settings option options version release build image images repo registry library
the a i if on so what when where why how which who here there see note example cause reason result problem issue fix network kernel
system process processes program programs connection connections listener listeners handshake handshakes table tables counter counters`.replaceAll(
    /[^\w-]+/g,
    ' ',
  )

const words = (...lists: readonly string[]) => new Set(lists.join(' ').toLowerCase().split(/\s+/))
const KEEP = words(PROGRAMS, TOOLS, STATES, COLUMNS, NETWORK, KUBERNETES, PLACES, KERNEL)
const KEEP_USERS = words(USERS)
const KNOWN_PROGRAMS = words(PROGRAMS, TOOLS)
const LONG_PROGRAMS = [...KNOWN_PROGRAMS].filter((name) => name.length > 8)

/** Of no use to anybody, and of use to what reads the text. */
export const isWellKnown = (word: string): boolean => KEEP.has(word.toLowerCase())

export const isWellKnownUser = (user: string): boolean => KEEP_USERS.has(user.toLowerCase())

/** A program that runs on nodes everywhere, its name perhaps cut as the kernel or netstat does; kernel threads. */
export function isWellKnownProgram(comm: string): boolean {
  const name = comm.toLowerCase().replace(/^-/, '').replace(/:.*$/, '')
  if (
    KNOWN_PROGRAMS.has(name) ||
    /^(?:kworker|ksoftirqd|rcu_|migration|nfs|rpc\.|xfs|systemd|kube-|calico|cilium)/.test(name)
  )
    return true
  return name.length >= 8 && LONG_PROGRAMS.some((known) => known.startsWith(name))
}
