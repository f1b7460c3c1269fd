package dev.keywarden.server;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** How bytes get from and to the kernel: epoll where the library can be loaded, the JDK's selectors elsewhere. */
enum Transport {
    EPOLL("epoll", EpollServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }
    },
    NIO("NIO", NioServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }
    };

    /** More loops than this only cost memory: handlers run elsewhere. */
    private static final int MAX_LOOPS = 8;

    private final String label;
    private final Class<? extends ServerSocketChannel> channelType;

    Transport(String label, Class<? extends ServerSocketChannel> channelType) {
        this.label = label;
        this.channelType = channelType;
    }

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory handlers();

    Class<? extends ServerSocketChannel> channelType() {
        return channelType;
    }

    String label() {
        return label;
    }

    MultiThreadIoEventLoopGroup startLoops() {
        int loops = Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors());
        return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("keywarden-io", true), handlers());
    }
}
